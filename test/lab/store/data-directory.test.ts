import { dataDirectory, type DirectoryFacts } from '../../../src/lab/store/data-directory';

const linux: DirectoryFacts = { platform: 'linux', env: {}, home: '/home/ada' };
const windows: DirectoryFacts = { platform: 'win32', env: {}, home: 'C:\\Users\\ada' };

test.each<[string, DirectoryFacts, string]>([
  ['XDG default', linux, '/home/ada/.local/share/slmgr'],
  ['XDG_DATA_HOME', { ...linux, env: { XDG_DATA_HOME: '/data' } }, '/data/slmgr'],
  [
    'a relative XDG_DATA_HOME is ignored',
    { ...linux, env: { XDG_DATA_HOME: 'data' } },
    '/home/ada/.local/share/slmgr',
  ],
  [
    'an empty XDG_DATA_HOME is ignored',
    { ...linux, env: { XDG_DATA_HOME: '' } },
    '/home/ada/.local/share/slmgr',
  ],
  ['SLMGR_HOME first', { ...linux, env: { SLMGR_HOME: '/tmp/x', XDG_DATA_HOME: '/data' } }, '/tmp/x'],
  ['an empty SLMGR_HOME is none', { ...linux, env: { SLMGR_HOME: '' } }, '/home/ada/.local/share/slmgr'],
  [
    'macOS',
    { ...linux, platform: 'darwin', home: '/Users/ada' },
    '/Users/ada/Library/Application Support/slmgr',
  ],
  ['Windows', { ...windows, env: { LOCALAPPDATA: 'D:\\Local' } }, 'D:\\Local\\slmgr'],
  ['Windows without LOCALAPPDATA', windows, 'C:\\Users\\ada\\AppData\\Local\\slmgr'],
  ['SLMGR_HOME on Windows', { ...windows, env: { SLMGR_HOME: 'E:\\lab' } }, 'E:\\lab'],
])('data directory: %s', (_name, facts, expected) => {
  expect(dataDirectory(facts)).toBe(expected);
});
