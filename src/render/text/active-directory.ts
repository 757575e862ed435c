import type { ActivationObject } from '../../licensing/provider';

/** The lines of /ao-list. */
export function activationObjectLines(objects: readonly ActivationObject[]): readonly string[] {
  const body = objects.length === 0 ? ['    No objects found'] : objects.flatMap(objectLines);
  return ['Activation Objects', ...body];
}

function objectLines(object: ActivationObject): readonly string[] {
  const id = object.csvlkSkuId ?? '';
  return [
    `    Activation Object name: ${object.displayName ?? ''}`,
    `        Activation ID: {${id.replace(/[{}]/g, '').toUpperCase()}}`,
    `        Partial Product Key: ${object.csvlkPartialProductKey ?? ''}`,
    `        AO extended PID: ${object.csvlkPid ?? ''}`,
    `        AO DN: ${object.distinguishedName}`,
    '',
  ];
}
