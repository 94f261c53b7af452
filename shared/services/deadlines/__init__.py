"""The deadline desk: the ranked list, the calendar, the reminders."""
