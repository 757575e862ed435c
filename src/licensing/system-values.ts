/** A value of the registry below HKEY_LOCAL_MACHINE. */
export interface SystemValue {
  readonly key: string;
  readonly value: string;
}

const currentVersion = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`;

/** Where Windows says what it is and which hardware it runs on: {SMBIOS UUID}, product name, edition. */
export const systemValues = {
  uuid: { key: String.raw`SYSTEM\HardwareConfig`, value: 'LastConfig' },
  productName: { key: currentVersion, value: 'ProductName' },
  edition: { key: currentVersion, value: 'EditionID' },
} as const satisfies Record<string, SystemValue>;
