/** Files that the program reads or keeps, as the manual lists them. */
export const manualFiles: readonly (readonly [path: string, meaning: string])[] = [
  [
    '~/.local/share/slmgr/',
    'The laboratory: estate.db, which is one SQLite file, what served hosts keep, and fleet.db, the inventory. On macOS ' +
      '~/Library/Application Support/slmgr, on Windows %LOCALAPPDATA%\\slmgr.',
  ],
  [
    '~/.config/slmgr/targets.yaml',
    'Named targets, where --targets names no other file. On Windows %APPDATA%\\slmgr.',
  ],
  ['~/.ssh/config', 'Hosts, users, keys and jump hosts of SSH.'],
  [
    '~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts',
    'Known keys of SSH hosts; --accept-new adds to the first.',
  ],
  ['~/.cache/slmgr/', 'Compiled code; may be removed at any time.'],
  ['/etc/resolv.conf', "This computer's DNS servers and domains, for discover."],
];

/** Environment variables that the program reads, as the manual lists them; a test looks for others in the source. */
export const manualEnvironment: readonly (readonly [variables: string, meaning: string])[] = [
  ['SLMGR_HOME', 'Folder of the laboratory.'],
  [
    'SLMGR_PASSWORD',
    'Password for the machine, where the line has none; with "lab account add" that of the new account. It goes in ' +
      'front of --password-file and --password-command.',
  ],
  [
    'SLMGR_AD_PASSWORD',
    'Password for the directory that "fleet discover ad" asks; machines are not sent it.',
  ],
  ['SLMGR_FLEET_STORE', "A team's inventory, postgres://USER@HOST:PORT/DATABASE, where --store names none."],
  ['PGPASSWORD, PGPASSFILE', "Password of a team's inventory, or the file of such passwords (~/.pgpass)."],
  ['SSH_AUTH_SOCK', 'Socket of the SSH key agent.'],
  ['NO_COLOR', 'No colour, where it is not empty.'],
  ['FORCE_COLOR', 'Colour even where standard output is no terminal; 0 for none.'],
  ['TERM', 'No colour where it is "dumb".'],
  ['XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_CACHE_HOME', 'In place of ~/.local/share, ~/.config and ~/.cache.'],
  ['LOCALAPPDATA, APPDATA', 'On Windows, where the laboratory, compiled code and targets.yaml are.'],
  ['ProgramData', "On Windows, where OpenSSH's configuration for everybody is."],
  ['HOME', "The user's folder."],
  ['USER, USERNAME', 'Name of the user, where the system does not tell it.'],
  ['PATH', 'Where programs of "lab exec" are looked for, behind its stand-ins.'],
  ['SystemRoot, SYSTEMROOT', 'On Windows, where its PowerShell is.'],
];
