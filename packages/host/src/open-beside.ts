/** Opens two things beside each other. Where one of them fails, the stack has the other, and the failure is told once both have come to an end. */
export async function openBeside<One extends AsyncDisposable, Other extends AsyncDisposable>(stack: AsyncDisposableStack, one: Promise<One>, other: Promise<Other>): Promise<readonly [One, Other]> {
  const results = await Promise.allSettled([one, other])
  for (const result of results) if (result.status === 'fulfilled') stack.use(result.value)
  return Promise.all([one, other])
}
