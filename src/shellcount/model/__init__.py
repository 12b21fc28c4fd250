"""The model: its parameters, the quantities they determine, and the likelihood of the claims."""
