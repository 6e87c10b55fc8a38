/** Where the data folder keeps the text of the configuration that was in force last. */
export const lastGoodFile = "castor.last-good.yaml";
