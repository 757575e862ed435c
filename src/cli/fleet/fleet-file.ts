/** Name of the inventory's file in the data folder. */
export const fleetFileName = 'fleet.db';
