/**
 * The shape of the licensing classes as slmgr uses them: property names in the classes' own case, and the
 * parameters of every method in the order in which Windows' script passes them. Source: Microsoft's class pages
 * (SppWmi) and the generated bindings of microsoft/wmi.
 */

export const serviceProperties = [
  'Version',
  'ClientMachineID',
  'IsKeyManagementServiceMachine',
  'KeyManagementServiceCurrentCount',
  'KeyManagementServiceListeningPort',
  'KeyManagementServiceDnsPublishing',
  'KeyManagementServiceLowPriority',
  'KeyManagementServiceHostCaching',
  'KeyManagementServiceMachine',
  'KeyManagementServicePort',
  'KeyManagementServiceLookupDomain',
  'KeyManagementServiceProductKeyID',
  'DiscoveredKeyManagementServiceMachineName',
  'DiscoveredKeyManagementServiceMachinePort',
  'DiscoveredKeyManagementServiceMachineIpAddress',
  'VLActivationInterval',
  'VLRenewalInterval',
  'RemainingWindowsReArmCount',
  'PolicyCacheRefreshRequired',
  'RequiredClientCount',
  'TokenActivationILID',
  'TokenActivationILVID',
  'TokenActivationGrantNumber',
  'TokenActivationCertificateThumbprint',
  'TokenActivationAdditionalInfo',
  'SubscriptionEdition',
  'SubscriptionType',
  'SubscriptionStatus',
  'SubscriptionExpiry',
] as const;
export type ServiceProperty = (typeof serviceProperties)[number];

export const productProperties = [
  'ID',
  'Name',
  'Description',
  'ApplicationID',
  'PartialProductKey',
  'LicenseIsAddon',
  'ProductKeyID',
  'ProductKeyID2',
  'ProductKeyChannel',
  'LicenseFamily',
  'LicenseDependsOn',
  'OfflineInstallationId',
  'ProcessorURL',
  'MachineURL',
  'UseLicenseURL',
  'ProductKeyURL',
  'ValidationURL',
  'GracePeriodRemaining',
  'LicenseStatus',
  'LicenseStatusReason',
  'GenuineStatus',
  'EvaluationEndDate',
  'ExtendedGrace',
  'VLRenewalInterval',
  'VLActivationInterval',
  'RequiredClientCount',
  'KeyManagementServiceLookupDomain',
  'KeyManagementServiceMachine',
  'KeyManagementServicePort',
  'DiscoveredKeyManagementServiceMachineName',
  'DiscoveredKeyManagementServiceMachinePort',
  'DiscoveredKeyManagementServiceMachineIpAddress',
  'KeyManagementServiceProductKeyID',
  'TokenActivationILID',
  'TokenActivationILVID',
  'TokenActivationGrantNumber',
  'TokenActivationCertificateThumbprint',
  'TokenActivationAdditionalInfo',
  'TrustedTime',
  'ADActivationObjectName',
  'ADActivationObjectDN',
  'ADActivationCsvlkPid',
  'ADActivationCsvlkSkuId',
  'VLActivationTypeEnabled',
  'VLActivationType',
  'IAID',
  'AutomaticVMActivationHostMachineName',
  'AutomaticVMActivationLastActivationTime',
  'AutomaticVMActivationHostDigitalPid2',
  'RemainingAppReArmCount',
  'RemainingSkuReArmCount',
  'IsKeyManagementServiceMachine',
  'KeyManagementServiceCurrentCount',
  'KeyManagementServiceTotalRequests',
  'KeyManagementServiceFailedRequests',
  'KeyManagementServiceUnlicensedRequests',
  'KeyManagementServiceLicensedRequests',
  'KeyManagementServiceOOBGraceRequests',
  'KeyManagementServiceOOTGraceRequests',
  'KeyManagementServiceNonGenuineGraceRequests',
  'KeyManagementServiceNotificationRequests',
] as const;
export type ProductProperty = (typeof productProperties)[number];

/**
 * What tells a product and its place in the machine: Windows' script reads these for most verbs, and Windows has them at
 * hand for every product.
 */
export const identityProperties = [
  'ID',
  'ApplicationID',
  'PartialProductKey',
  'LicenseIsAddon',
  'Description',
  'Name',
] as const satisfies readonly ProductProperty[];

export const tokenLicenseProperties = [
  'ID',
  'ILID',
  'ILVID',
  'ExpirationDate',
  'AdditionalInfo',
  'AuthorizationStatus',
  'Description',
] as const;
export type TokenLicenseProperty = (typeof tokenLicenseProperties)[number];

/** The classes of root\cimv2 that slmgr reads, with the properties of each. */
export interface PropertiesOfClass {
  readonly SoftwareLicensingService: ServiceProperty;
  readonly SoftwareLicensingProduct: ProductProperty;
  readonly SoftwareLicensingTokenActivationLicense: TokenLicenseProperty;
}
export type ClassName = keyof PropertiesOfClass;

/** The key of each class: a projection without it gives an instance that takes no method call. */
export const keyOfClass = {
  SoftwareLicensingService: 'Version',
  SoftwareLicensingProduct: 'ID',
  SoftwareLicensingTokenActivationLicense: 'ID',
} as const satisfies { readonly [C in ClassName]: PropertiesOfClass[C] };

type ParameterType = 'string' | 'uint32' | 'boolean';
type Parameters = readonly (readonly [name: string, type: ParameterType])[];

const kmsClientMethods = {
  SetKeyManagementServiceMachine: [['MachineName', 'string']],
  ClearKeyManagementServiceMachine: [],
  SetKeyManagementServicePort: [['PortNumber', 'uint32']],
  ClearKeyManagementServicePort: [],
  SetKeyManagementServiceLookupDomain: [['LookupDomain', 'string']],
  ClearKeyManagementServiceLookupDomain: [],
  SetVLActivationTypeEnabled: [['ActivationType', 'uint32']],
  ClearVLActivationTypeEnabled: [],
} as const satisfies Record<string, Parameters>;

/** Methods of each class with their parameters by name and type, in the order of Windows' script. */
export const methodsOfClass = {
  SoftwareLicensingService: {
    ...kmsClientMethods,
    InstallProductKey: [['ProductKey', 'string']],
    InstallLicense: [['License', 'string']],
    ClearProductKeyFromRegistry: [],
    ReArmWindows: [],
    ReArmApp: [['ApplicationId', 'string']],
    RefreshLicenseStatus: [],
    SetVLActivationInterval: [['ActivationInterval', 'uint32']],
    SetVLRenewalInterval: [['RenewalInterval', 'uint32']],
    SetKeyManagementServiceListeningPort: [['PortNumber', 'uint32']],
    ClearKeyManagementServiceListeningPort: [],
    DisableKeyManagementServiceDnsPublishing: [['DisablePublishing', 'boolean']],
    EnableKeyManagementServiceLowPriority: [['EnableLowPriority', 'boolean']],
    DisableKeyManagementServiceHostCaching: [['DisableCaching', 'boolean']],
    GenerateActiveDirectoryOfflineActivationId: [['ProductKey', 'string']],
    DepositActiveDirectoryOfflineActivationConfirmation: [
      ['ProductKey', 'string'],
      ['ConfirmationID', 'string'],
      ['ActivationObjectName', 'string'],
    ],
    DoActiveDirectoryOnlineActivation: [
      ['ProductKey', 'string'],
      ['ActivationObjectName', 'string'],
    ],
  },
  SoftwareLicensingProduct: {
    ...kmsClientMethods,
    Activate: [],
    UninstallProductKey: [],
    ReArmSku: [],
    DepositOfflineConfirmationId: [
      ['InstallationId', 'string'],
      ['ConfirmationId', 'string'],
    ],
    GetTokenActivationGrants: [],
    GenerateTokenActivationChallenge: [],
    DepositTokenActivationResponse: [
      ['Challenge', 'string'],
      ['Response', 'string'],
      ['CertChain', 'string'],
    ],
  },
  SoftwareLicensingTokenActivationLicense: {
    Uninstall: [],
  },
} as const satisfies Record<ClassName, Record<string, Parameters>>;

export type MethodOfClass<C extends ClassName> = keyof (typeof methodsOfClass)[C] & string;
