/** Names the variables that came from the command line, so that their origin is told as such. */
export const givenVariable = "CASTOR_GIVEN";
