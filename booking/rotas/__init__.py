"""The weekly rota: from the diary to a problem, solved apart, and back into sessions."""
