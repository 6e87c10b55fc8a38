/** Control writes here whose token it was, and how many changes of silences the caller may know of. */
export const intakeHeader = "castor-intake";
export const silencesHeader = "castor-silences";
