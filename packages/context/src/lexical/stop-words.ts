/** English words that say nothing of code; rare there, so that their frequency alone would make them look telling. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'a an the and or but if then else when while of to in on at by for with without from into onto over under as is are was were be been being ' +
    'this that these those it its we i you they he she our your their them us not no nor so than too very can could should would shall will may ' +
    'might must do does did done doing have has had having there here which who whom whose what why how where also only just now some any all ' +
    'each every other another such same more most less least few many much own both between about because since until after before again once ' +
    'during through up down out off above below let lets via per etc e g ie eg'
  ).split(' '),
)
