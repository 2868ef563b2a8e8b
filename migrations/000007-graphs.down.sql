DROP TABLE graph_edges;
DROP TABLE graph_nodes;
DROP TABLE graph_metadata;
