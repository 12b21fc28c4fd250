"""Model the quantities of a case: parameters, what they determine, and the likelihood of the claims."""
