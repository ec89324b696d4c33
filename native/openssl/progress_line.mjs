// A progress line on stderr: rewritten in place on a terminal, one line for every tenth elsewhere.

export class ProgressLine {
  #title;
  #total;
  #done = 0;
  #tenthsShown = 0;
  #terminal;

  /**
   * @param {string} title what is being done
   * @param {number} total steps in all; 0 when unknown
   */
  constructor(title, total) {
    this.#title = title;
    this.#total = total;
    this.#terminal = process.stderr.isTTY === true;
    if (!this.#terminal) process.stderr.write(`${title} ...\n`);
  }

  /** Moves on by so many steps. */
  advance(steps = 1) {
    this.#done += steps;
    const share = this.#total === 0 ? 0 : Math.min(1, this.#done / this.#total);
    if (this.#terminal)
      process.stderr.write(`\r\x1b[K${this.#title}: ${Math.floor(share * 100)} %`);
    else this.#showTenth(Math.floor(share * 10));
  }

  /** Ends the line. */
  finish() {
    if (this.#terminal) process.stderr.write(`\r\x1b[K${this.#title}: done\n`);
  }

  #showTenth(tenths) {
    if (tenths <= this.#tenthsShown) return;
    this.#tenthsShown = tenths;
    process.stderr.write(`${this.#title}: ${tenths * 10} %\n`);
  }
}
