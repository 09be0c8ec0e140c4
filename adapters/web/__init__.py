"""The demo page: a browser in place of Slack or Teams, on loopback only, with fictional organisations only."""
