import * as z from 'zod';
import { nearest } from '../../../licensing/nearest';
import { defineCommand } from '../../framework/command';
import { text } from '../../framework/fields';
import { table } from '../../output/table';
import { Refusal } from '../../refusal';

const example = z.object({ name: z.string(), question: z.string(), text: z.string() });

/** slmgr forecast examples [NAME] */
export const forecastExamples = defineCommand({
  name: 'forecast examples',
  summary: 'List the scenarios that ship with the program, or print one',
  positionals: [{ name: 'example', summary: 'Name of an example', optional: true }],
  options: [],
  examples: [
    { line: 'slmgr forecast examples', does: 'their names, and the question that each answers' },
    { line: 'slmgr forecast examples laptops | slmgr forecast -', does: 'play one' },
  ],
  data: z.object({ examples: z.array(example) }),
  input: z.object({ example: text.optional() }),
  run: ({ example: name }, { parts }) => {
    const { examples } = parts.forecast();
    const found = name === undefined ? examples : examples.filter((each) => each.name === name.toLowerCase());
    if (name !== undefined && found.length === 0) {
      const near = nearest(
        name,
        examples.map((each) => each.name),
      );
      const hint = near === null ? '"slmgr forecast examples" lists them.' : `Did you mean ${near}?`;
      throw new Refusal(`There is no example "${name}". ${hint}`);
    }
    return Promise.resolve({
      data: { examples: found },
      text: (style) =>
        name === undefined
          ? table(
              ['Name', 'Question'],
              found.map((each) => [each.name, each.question]),
              style,
            )
          : found.map((each) => each.text).join(''),
    });
  },
});
