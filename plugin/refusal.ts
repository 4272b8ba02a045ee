/** What was asked for is not done, for a reason that the person who asked can act on. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}
