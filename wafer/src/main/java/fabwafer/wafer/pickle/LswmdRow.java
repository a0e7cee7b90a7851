package fabwafer.wafer.pickle;

import fabwafer.wafer.WaferMap;

/**
 * A row of WM-811K as published. A text is empty where the row says nothing.
 *
 * @param row its number, from 0
 * @param wafer the wafer map, row by row, whatever order the file has it in
 * @param lot {@code lotName}
 * @param waferIndex place in the lot, 0 if the row does not say
 * @param dieSize dies as the data set counts them, NaN if the row does not say
 * @param part {@code Training} or {@code Test}
 * @param label {@code failureType} as it is written: {@code Edge-Ring}, {@code none}
 */
public record LswmdRow(
    int row,
    WaferMap wafer,
    String lot,
    int waferIndex,
    double dieSize,
    String part,
    String label) {}
