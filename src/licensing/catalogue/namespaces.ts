/**
 * Namespaces of the lab's name-based UUIDs: `urn:slmgr:lab:NAME` in the namespace for URLs. They are written out because
 * working them out was a fiftieth of a short command's time.
 */
export const labNamespaces = {
  'activation-id': '47f5c1ce-ab2f-5f09-ac40-d79943d223c2',
  hardware: '8aeb5e54-41de-5070-b474-d5bbd4b7389d',
  'token-issuer': 'edabf47f-7dba-503a-8710-e9931caa48b7',
  'token-license': '4dca4de7-e459-5dd6-8b72-f7cf045ec4e9',
} as const;
