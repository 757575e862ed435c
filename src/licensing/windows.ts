/** Application ID of Windows itself; Office and others have their own. */
export const windowsApplicationId = '55c92734-d682-4d71-983e-d6ec3f16059f';

/** Port on which a KMS host listens unless told otherwise. */
const defaultKmsPort = 1688;

/** The port in force: 0 and nothing mean the default. */
export function effectiveKmsPort(port: number | null): number {
  return port === null || port === 0 ? defaultKmsPort : port;
}

/** Keys below HKEY_LOCAL_MACHINE in which the version of the KMS host is noted, native and for 32-bit programs. */
export const platformKey = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`;
export const platformKey32 = String.raw`SOFTWARE\Wow6432Node\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`;
export const kmsVersionValue = 'KeyManagementServiceVersion';

/** Where activation objects live below the forest's configuration naming context. */
export const activationObjectsContainer = 'CN=Activation Objects,CN=Microsoft SPP,CN=Services';
