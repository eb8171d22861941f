"""Where answers come in without an open port: one ReplySource a file. None of them reads a token or knows a person."""
