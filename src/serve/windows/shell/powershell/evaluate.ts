import { type Io, type Process } from '../process';
import { failure } from './failure';
import { callMethod, indexOf, memberOf } from './members';
import { numberOf } from './numbers';
import { operate } from './operators';
import { castTo, staticOf } from './types';
import { invokeOn } from './wmi';
import { type Expression, type Statement, type TextPart } from './syntax';
import { collected, isList, isTrue, tableOf, textOf, type Member, type Value } from './values';

/** What expressions need of the script around them. */
export interface Surroundings {
  readonly process: Process;
  readonly variable: (name: string) => Value;
  readonly assign: (name: string, value: Value) => void;
  /** Runs statements for what they leave behind; an error in them ends the expression. */
  readonly values: (body: readonly Statement[], io: Io) => Promise<readonly Value[]>;
  readonly collected: (statement: Statement, io: Io) => Promise<Value>;
}

/** Works out expressions. What texts and lists take is counted, so that none grows without end. */
export class Evaluator {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async value(expression: Expression, io: Io): Promise<Value> {
    switch (expression.kind) {
      case 'number':
        return expression.value;
      case 'string':
        return await this.#text(expression.parts, io);
      case 'variable':
        return this.#around.variable(expression.name);
      case 'statements': {
        const values = await this.#around.values(expression.body, io);
        return expression.isList
          ? values.flatMap((each) => (isList(each) ? each : [each]))
          : collected(values);
      }
      case 'list':
        return this.#counted(await this.#all(expression.items, io));
      case 'not':
        return !isTrue(await this.value(expression.operand, io));
      case 'minus':
        return -numberOf(await this.value(expression.operand, io));
      case 'type':
        return `[${expression.type}]`;
      case 'block':
        return expression.block;
      default:
        return await this.#compound(expression, io);
    }
  }

  async #compound(
    expression: Exclude<
      Expression,
      { kind: 'number' | 'string' | 'variable' | 'statements' | 'list' | 'not' | 'minus' | 'type' | 'block' }
    >,
    io: Io,
  ): Promise<Value> {
    switch (expression.kind) {
      case 'member':
        return this.#counted(memberOf(await this.value(expression.of, io), expression.name));
      case 'method':
        return await this.#method(expression, io);
      case 'index':
        return indexOf(await this.value(expression.of, io), await this.value(expression.index, io));
      case 'static': {
        const args = expression.arguments === null ? null : await this.#all(expression.arguments, io);
        return staticOf(expression.type, expression.name, args, this.#around.process.machine.facts);
      }
      case 'cast':
        return castTo(expression.type, await this.value(expression.operand, io));
      case 'table':
        return await this.#table(expression, io);
      case 'binary':
        return await this.#binary(expression, io);
    }
  }

  async #all(expressions: readonly Expression[], io: Io): Promise<readonly Value[]> {
    const found: Value[] = [];
    for (const each of expressions) found.push(await this.value(each, io));
    return found;
  }

  async #binary(expression: Extract<Expression, { kind: 'binary' }>, io: Io): Promise<Value> {
    const left = await this.value(expression.left, io);
    // What stands behind a decided -and or -or is not looked at.
    if (expression.operator === 'and' && !isTrue(left)) return false;
    if (expression.operator === 'or' && isTrue(left)) return true;
    const right = await this.value(expression.right, io);
    return this.#counted(operate(expression, left, right, (found) => this.#around.assign('matches', found)));
  }

  async #method(expression: Extract<Expression, { kind: 'method' }>, io: Io): Promise<Value> {
    const of = await this.value(expression.of, io);
    const args = await this.#all(expression.arguments, io);
    const isInstance = typeof of === 'object' && of !== null && !isList(of) && of.kind === 'object';
    if (isInstance && of.origin?.isWmi === true) {
      const method = of.origin.methods.find((each) => each.toLowerCase() === expression.name.toLowerCase());
      if (method !== undefined) return await invokeOn(this.#around.process, of.origin, method, args);
    }
    if (isInstance && of.origin !== undefined)
      throw failure(
        `Method invocation failed because [Microsoft.Management.Infrastructure.CimInstance] does not contain a method named '${expression.name}'.`,
      );
    return this.#counted(callMethod(of, expression.name, args));
  }

  async #table(expression: Extract<Expression, { kind: 'table' }>, io: Io): Promise<Value> {
    const members: Member[] = [];
    for (const { key, value } of expression.entries) {
      const name = textOf(await this.value(key, io));
      members.push({ name, value: await this.#around.collected(value, io) });
    }
    return tableOf(members, expression.isOrdered);
  }

  async #text(parts: readonly TextPart[], io: Io): Promise<string> {
    let text = '';
    for (const part of parts) {
      if (part.kind === 'text') text += part.text;
      else if (part.kind === 'variable') text += textOf(this.#around.variable(part.name));
      else text += textOf(collected(await this.#around.values(part.body, io)));
    }
    if (parts.length > 1) this.#counted(text);
    return text;
  }

  #counted(value: Value): Value {
    if (typeof value === 'string' || isList(value)) this.#around.process.machine.spend(value.length);
    return value;
  }
}
