import type { Console } from '../console';
import type { ProgressState } from './conducted-run';

/** Shows how far a run is, at a terminal alone; null takes the line away. */
export function showProgress(console: Console): (state: ProgressState | null) => void {
  return (state) => {
    if (!console.errIsTerminal) return;
    console.progress(state === null ? '' : progressText(state).slice(0, console.width - 1));
  };
}

function progressText({ all, done, running, failed, seconds }: ProgressState): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? `, ${timeText((all - done) / rate)} left` : '';
  const bad = failed === 0 ? '' : `, ${failed} failed`;
  return `${done} of ${all} done, ${running} running${bad}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${left}`;
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
