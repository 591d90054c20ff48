//! An XLSForm workbook in, validated answers out. Pure.
