import * as z from 'zod';
import { completionScript, shells } from '../completion/scripts';
import { defineCommand } from '../framework/command';
import { oneOf } from '../framework/fields';

/** slmgr completion SHELL */
export const completion = defineCommand({
  name: 'completion',
  summary: 'Print the completion script of a shell',
  description: 'The script asks this program for verbs, commands, options, machines and products.',
  positionals: [{ name: 'shell', summary: 'Shell', choices: shells }],
  options: [],
  examples: [
    { line: 'source <(slmgr completion bash)', does: 'bash; the line belongs into ~/.bashrc' },
    { line: 'source <(slmgr completion zsh)', does: 'zsh, behind compinit' },
    { line: 'slmgr completion fish > ~/.config/fish/completions/slmgr.fish', does: 'fish' },
    { line: 'slmgr completion powershell | Out-String | Invoke-Expression', does: 'PowerShell' },
  ],
  data: z.object({ shell: z.enum(shells), script: z.string() }),
  input: z.object({ shell: oneOf(...shells) }),
  run: ({ shell }) => {
    const script = completionScript(shell);
    return Promise.resolve({ data: { shell, script }, text: () => script });
  },
});
