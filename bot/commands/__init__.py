"""What each command of `coach` does; `bot.cli` only names them and their options."""
