"""How many appointments a day offers when some claimants will not come: levels and plans."""
