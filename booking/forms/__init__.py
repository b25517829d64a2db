"""What people may type into the pages, one module per audience."""
