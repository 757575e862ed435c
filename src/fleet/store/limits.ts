/** Names in one condition: SQLite takes 32,766 parameters in a statement. */
export const namesAtOnce = 5000;
