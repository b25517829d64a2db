"""The weekly rota: who sits in which room of which office, solved, checked and explained."""
