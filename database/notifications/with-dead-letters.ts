/**
 * The statement that moves rows of the generation $1 and writes a dead letter of each that is DEAD then, in one: `moving` are
 * its `with` queries, the last of them `moved` and ending before its `returning`. Nothing was rendered by whoever moves rows
 * this way, so the letters have no payload.
 */
export function withDeadLetters(moving: string, detail: string): string {
  return `with ${moving}
       returning n.bill_id, n.message_generation, n.channel, n.state, n.reason
     )
     insert into dead_letters (bill_id, generation, message_generation, channel, cause, detail)
     select bill_id, $1, message_generation, channel, reason, '${detail}' from moved where state = 'DEAD'
     on conflict do nothing`;
}
