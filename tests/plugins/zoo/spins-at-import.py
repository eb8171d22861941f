"""Never finishes being imported, and is busy about it."""

while True:
    pass
