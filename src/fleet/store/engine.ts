/** The two databases that an inventory can lie in. */
export type Engine = 'sqlite' | 'postgres';
