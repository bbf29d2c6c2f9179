"""Write app.py here."""
