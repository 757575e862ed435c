import type { ProxyGrade } from '../../../fleet/proxy/proxy-list';
import type { OptionValues } from '../../argv/option-values';

/** What is to be collected, and where it goes. */
export interface CollectRequest {
  /** Null where options say which machines. */
  readonly expression: string | null;
  readonly out: string;
  readonly grade: ProxyGrade;
  readonly options: OptionValues;
}

/** Which file is to be filled, and from what: another file, the telephone, or (with neither) a person at the terminal. */
export interface FillRequest {
  readonly file: string;
  readonly from: string | null;
  readonly telephone: boolean;
}

/** Which file is to be applied. */
export interface ApplyRequest {
  readonly file: string;
  readonly options: OptionValues;
}
