import { textOf } from '../licensing/values';
import { requiredApplicationId } from './arguments';
import type { VerbContext, VerbResults } from './context';
import { callProduct, callService, readProducts, readService } from './machine';

/** /rearm: sets the licensing state of Windows back; takes effect with the next start. */
export async function* rearmWindows({ provider }: VerbContext): VerbResults {
  await callService(provider, await readService(provider), 'ReArmWindows');
  yield { kind: 'rearmed', scope: 'windows', id: null };
}

/** /rearm-app: sets the licensing state of an application back. */
export async function* rearmApplication({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const id = requiredApplicationId(args[0] ?? '');
  await callService(provider, await readService(provider), 'ReArmApp', { ApplicationId: id });
  yield { kind: 'rearmed', scope: 'application', id };
}

/** /rearm-sku: sets the licensing state of one product back. */
export async function* rearmProduct({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [id = ''] = args;
  const [product] = await readProducts(provider, { kind: 'id', id });
  if (product === undefined) {
    yield { kind: 'product-not-found' };
    return;
  }
  await callProduct(provider, product, 'ReArmSku');
  yield { kind: 'rearmed', scope: 'product', id: textOf(product.ID) };
}
