import { type Redirect } from '../cmd/syntax';
import { type MemberName } from './values';

/** A part of a text in double quotes or of a bare word. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'statements'; readonly body: readonly Statement[] };

export type BinaryOperator =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'ge'
  | 'lt'
  | 'le'
  | 'like'
  | 'notlike'
  | 'match'
  | 'notmatch'
  | 'contains'
  | 'and'
  | 'or';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly parts: readonly TextPart[] }
  | { readonly kind: 'variable'; readonly name: string }
  /** `(PIPELINE)`, `$(…)` and `@(…)`. */
  | { readonly kind: 'statements'; readonly body: readonly Statement[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: MemberName }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly caseSensitive: boolean;
      readonly left: Expression;
      readonly right: Expression;
    };

/** A word behind a command. */
export type Word =
  | { readonly kind: 'value'; readonly value: Expression; readonly isBare: boolean }
  | { readonly kind: 'block'; readonly body: readonly Statement[] };

/** A member of a pipeline. */
export type Element =
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'block'; readonly body: readonly Statement[]; readonly redirects: readonly PsRedirect[] }
  | {
      readonly kind: 'command';
      readonly name: Expression;
      readonly words: readonly Word[];
      readonly redirects: readonly PsRedirect[];
    };

/** A redirection whose file may hold variables. */
export type PsRedirect =
  | Extract<Redirect, { kind: 'duplicate' }>
  | {
      readonly kind: 'output';
      readonly handle: 1 | 2 | 'all';
      readonly append: boolean;
      readonly file: Expression;
    };

export type Statement =
  | { readonly kind: 'pipeline'; readonly elements: readonly Element[] }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Statement }
  | { readonly kind: 'exit'; readonly status: Expression | null }
  | {
      readonly kind: 'if';
      readonly clauses: readonly { readonly condition: Statement; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'foreach';
      readonly name: string;
      readonly items: Statement;
      readonly body: readonly Statement[];
    };
