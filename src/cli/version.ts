import { version } from '../../package.json';
import { documentLine } from './output/document';
import type { Surroundings } from './parts';

/** `slmgr --version [--json]`: the version, Node and the store driver. */
export function showVersion({ console, parts }: Surroundings, json: boolean): number {
  const driver = parts.lab().storeDriver();
  const data = {
    version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    storeDriver: driver,
  };
  if (json) {
    console.out(
      documentLine({
        verb: 'version',
        target: null,
        ok: true,
        exitCode: 0,
        hresult: null,
        messages: [],
        data,
      }),
    );
    return 0;
  }
  const store = driver === null ? 'none (see "slmgr lab list")' : `${driver.name} (SQLite ${driver.sqlite})`;
  console.out(`slmgr ${version}\nNode ${data.node} (${data.platform})\nstore ${store}\n`);
  return 0;
}
