import { type Redirect } from '../cmd/syntax';

/** A part of a text in double quotes or of a bare word. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'statements'; readonly body: readonly Statement[] };

export const comparisonNames = [
  ...['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'notlike', 'match', 'notmatch', 'contains', 'notcontains'],
  ...['in', 'notin', 'replace', 'split', 'join', 'is', 'isnot'],
] as const;
export type ComparisonName =
  | ('eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'like' | 'notlike' | 'match' | 'notmatch')
  | ('contains' | 'notcontains' | 'in' | 'notin' | 'replace' | 'split' | 'join' | 'is' | 'isnot');
export type BinaryOperator = ComparisonName | 'and' | 'or' | '+' | '-' | '*' | '/' | '%' | '..' | 'f';

/** A block of statements as a value, with its text. */
export interface Block {
  readonly kind: 'block';
  readonly body: readonly Statement[];
  readonly parameters: readonly Parameter[];
  readonly text: string;
}

/** A parameter of a function or a block. */
export interface Parameter {
  readonly name: string;
  readonly type: string | null;
  readonly initial: Expression | null;
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly parts: readonly TextPart[] }
  | { readonly kind: 'variable'; readonly name: string }
  /** `(PIPELINE)`, `$(…)` and `@(…)`, the last one a list whatever it holds. */
  | { readonly kind: 'statements'; readonly body: readonly Statement[]; readonly isList: boolean }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'not' | 'minus'; readonly operand: Expression }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | {
      readonly kind: 'method';
      readonly of: Expression;
      readonly name: string;
      readonly arguments: readonly Expression[];
    }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  /** `[TYPE]` with a member behind `::`; arguments null for a property. */
  | {
      readonly kind: 'static';
      readonly type: string;
      readonly name: string;
      readonly arguments: readonly Expression[] | null;
    }
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'cast'; readonly type: string; readonly operand: Expression }
  | {
      readonly kind: 'table';
      readonly isOrdered: boolean;
      readonly entries: readonly { readonly key: Expression; readonly value: Statement }[];
    }
  | { readonly kind: 'block'; readonly block: Block }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly caseSensitive: boolean;
      readonly left: Expression;
      readonly right: Expression;
    };

/** A word behind a command. */
export interface Word {
  readonly value: Expression;
  readonly isBare: boolean;
}

/** A member of a pipeline. */
export type Element =
  | { readonly kind: 'expression'; readonly value: Expression }
  | {
      readonly kind: 'command';
      readonly name: Expression;
      readonly words: readonly Word[];
      readonly redirects: readonly PsRedirect[];
      /** `& { … }` and `. { … }`: the latter in the scope around it. */
      readonly block: Block | null;
      readonly isDotted: boolean;
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

/** What is assigned to. */
export type AssignTarget = Extract<Expression, { kind: 'variable' | 'member' | 'index' }>;

export interface SwitchClause {
  /** Null: `default`. */
  readonly when: Expression | null;
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: 'pipeline'; readonly elements: readonly Element[] }
  | {
      readonly kind: 'assign';
      readonly target: AssignTarget;
      readonly type: string | null;
      readonly operator: '=' | '+' | '-' | '*' | '/' | '%';
      readonly value: Statement;
    }
  | { readonly kind: 'exit'; readonly value: Statement | null }
  | { readonly kind: 'throw'; readonly value: Statement | null }
  | { readonly kind: 'return'; readonly value: Statement | null }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
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
    }
  | {
      readonly kind: 'loop';
      readonly initial: Statement | null;
      /** Null: for ever. */
      readonly condition: Statement | null;
      readonly step: Statement | null;
      readonly body: readonly Statement[];
      /** `do`: the condition is asked behind the body; `until` turns it round. */
      readonly isDo: boolean;
      readonly isUntil: boolean;
    }
  | {
      readonly kind: 'switch';
      readonly mode: 'exact' | 'wildcard' | 'regex';
      readonly caseSensitive: boolean;
      readonly value: Statement;
      readonly clauses: readonly SwitchClause[];
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      /** Null: none. */
      readonly handler: readonly Statement[] | null;
      readonly last: readonly Statement[];
    }
  | { readonly kind: 'function'; readonly name: string; readonly block: Block };
