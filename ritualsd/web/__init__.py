"""The pages a browser shows: the built-in inbox. They read; nothing on them changes anything."""
