import { formatHresult } from '../../licensing/hresult';
import { formatLocalDate, formatLocalDateTime, type ZoneOffset } from '../../licensing/local-time';
import type { TokenCertificate } from '../../licensing/provider';
import type { TokenLicense } from '../../verbs/results';

/** The lines of /lil. */
export function tokenLicensesLines(licenses: readonly TokenLicense[], zone: ZoneOffset): readonly string[] {
  const body =
    licenses.length === 0
      ? ['No licenses found.']
      : licenses.flatMap((license) => tokenLicenseLines(license, zone));
  return ['Token-based Activation Issuance Licenses:', '', ...body];
}

/** The lines of one certificate of /ltc. */
export function certificateLines(certificate: TokenCertificate): readonly string[] {
  return [
    '',
    `Thumbprint: ${certificate.thumbprint}`,
    `Subject: ${certificate.subject}`,
    `Issuer: ${certificate.issuer}`,
    `Valid from: ${formatLocalDate(certificate.validFrom)}`,
    `Valid to: ${formatLocalDate(certificate.validTo)}`,
  ];
}

function tokenLicenseLines(license: TokenLicense, zone: ZoneOffset): readonly string[] {
  const version = license.ilvid ?? '';
  const lines = [
    `${license.ilid}    ${version}`,
    `    License ID (ILID): ${license.ilid}`,
    `    Version ID (ILvID): ${version}`,
  ];
  if (license.validTo !== null) lines.push(`    Valid to: ${formatLocalDateTime(license.validTo, zone)}`);
  if (license.additionalInformation !== '') {
    lines.push(`    Additional Information: ${license.additionalInformation}`);
  }
  const { authorizationError } = license;
  if (authorizationError !== null) lines.push(`    Error: ${formatHresult(authorizationError)}`);
  else lines.push(`    Description: ${license.description}`);
  return [...lines, ''];
}
