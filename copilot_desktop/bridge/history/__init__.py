"""What the program wrote into the folder, for the History page: reading it, and putting older states back."""
