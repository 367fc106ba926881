"""What a stranger may hand to floe: `content` writes it, `cases` lists it with what has to come of it."""
