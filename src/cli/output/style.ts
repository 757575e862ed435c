/** How text is to look. */
export interface Style {
  readonly colour: boolean;
  readonly terminal: boolean;
  readonly width: number;
}
