"""The weekly rota: its formats, rules, terms, proofs and explanations."""
