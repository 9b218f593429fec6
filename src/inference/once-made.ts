/** Does something once a reply is there: at once where it was made at once. @returns the reply */
export function onceMade<Reply>(
  reply: Reply | Promise<Reply>,
  act: () => void,
): Reply | Promise<Reply> {
  if (reply instanceof Promise) {
    return reply.then((made) => {
      act();
      return made;
    });
  }
  act();
  return reply;
}
