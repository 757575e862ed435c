import { type LineOptions } from './for-file';

/** Stands for what only the run will tell: a character that no command's word has. */
export const unknown = '\uE000';

/** Where a command's input or output goes. */
export type Redirect =
  | { readonly kind: 'output'; readonly handle: 1 | 2; readonly file: string; readonly append: boolean }
  | { readonly kind: 'input'; readonly file: string }
  | { readonly kind: 'duplicate'; readonly handle: 1 | 2; readonly of: 1 | 2 };

/** Condition of an `if`. */
export type Condition =
  | { readonly kind: 'errorlevel'; readonly least: number }
  | { readonly kind: 'exist'; readonly path: string }
  | { readonly kind: 'defined'; readonly name: string }
  | {
      readonly kind: 'compare';
      readonly left: string;
      readonly operator: 'equ' | 'neq' | 'lss' | 'leq' | 'gtr' | 'geq';
      readonly right: string;
      readonly ignoresCase: boolean;
    };

/** A command line of cmd.exe, its variables replaced. */
export type CmdNode =
  | { readonly kind: 'both' | 'and' | 'or' | 'pipe'; readonly left: CmdNode; readonly right: CmdNode }
  | { readonly kind: 'block'; readonly body: CmdNode; readonly redirects: readonly Redirect[] }
  /** Name and words as they were written, quotes included, carets taken away. */
  | { readonly kind: 'simple'; readonly text: string; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: 'if';
      readonly negated: boolean;
      readonly condition: Condition;
      readonly then: CmdNode;
      readonly otherwise: CmdNode | null;
    }
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly items: readonly string[];
      readonly body: CmdNode;
    }
  /** `for /f`: a turn for each line of what a command prints, of a file, or of a text. */
  | {
      readonly kind: 'lines';
      readonly variable: string;
      readonly options: LineOptions;
      readonly source: LineSource;
      readonly body: CmdNode;
    }
  | { readonly kind: 'nothing' };

/** Where the lines of a `for /f` come from. */
export type LineSource =
  | { readonly kind: 'command'; readonly node: CmdNode }
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };
