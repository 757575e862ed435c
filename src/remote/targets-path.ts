import { join } from 'node:path';

/** Where the targets file is looked for when no option names one. */
export function usualTargetsFile({
  env,
  platform,
  home,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}): string {
  if (platform === 'win32')
    return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'slmgr', 'targets.yaml');
  const configured = env['XDG_CONFIG_HOME'];
  const base = configured === undefined || configured === '' ? join(home, '.config') : configured;
  return join(base, 'slmgr', 'targets.yaml');
}
